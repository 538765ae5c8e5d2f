from django.urls import path

from console.jobs import views

urlpatterns = [
    path("jobs/", views.jobs, name="jobs"),
    path("jobs/in/<slug:tab>/", views.jobs, name="jobs_tab"),
    path("jobs/<str:public_id>/", views.job, name="job"),
    path("jobs/<str:public_id>/stop/", views.stop, name="job_stop"),
    path("jobs/<str:public_id>/problems.csv", views.problems, name="job_problems"),
]
