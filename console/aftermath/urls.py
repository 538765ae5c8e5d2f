from django.urls import path

from console.aftermath import claims, placed, refurbishing, sending_back, unknown, writing_down

urlpatterns = [
    path("cases/<case_number:number>/goods/", placed.of_case, name="placed_goods"),
    path("cases/<case_number:number>/goods/<int:placed>/", placed.move_on, name="move_goods_on"),
    path("refurbishing/", refurbishing.works, name="refurbishing"),
    path("refurbishing/in/<slug:tab>/", refurbishing.works, name="refurbishing_tab"),
    path("refurbishing/<int:work>/", refurbishing.work, name="refurbishment"),
    path("refurbishing/<int:work>/<slug:deed>/", refurbishing.do, name="refurbish"),
    path("claims/", claims.claims, name="claims"),
    path("claims/in/<slug:tab>/", claims.claims, name="claims_tab"),
    path("claims/<claim_number:number>/", claims.claim, name="claim"),
    path("claims/<claim_number:number>/<slug:deed>/", claims.do, name="claim_deed"),
    path("send-backs/<slug:shipment>/", sending_back.parcel, name="send_back"),
    path("warehouse/unknown/", unknown.parcels, name="unknown_parcels"),
    path("warehouse/unknown/in/<slug:tab>/", unknown.parcels, name="unknown_parcels_tab"),
    path("warehouse/unknown/new/", writing_down.new, name="new_unknown_parcel"),
    path("warehouse/unknown/<unknown_number:number>/", unknown.parcel, name="unknown_parcel"),
    path(
        "warehouse/unknown/<unknown_number:number>/<slug:deed>/",
        unknown.do,
        name="unknown_parcel_deed",
    ),
]
