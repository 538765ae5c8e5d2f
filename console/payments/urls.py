from django.urls import path

from console.payments import case, commands, disputes, exporting, lists, queues

urlpatterns = [
    path("cases/<case_number:number>/pay/", case.pay, name="pay"),
    path("cases/<case_number:number>/pay/link/", commands.send_link, name="pay_link"),
    path("cases/<case_number:number>/pay/charge/", commands.charge, name="pay_charge"),
    path("cases/<case_number:number>/pay/<str:memo>/refund/", commands.refund, name="pay_refund"),
    path("cases/<case_number:number>/pay/<str:memo>/reduce/", commands.reduce, name="pay_reduce"),
    path(
        "cases/<case_number:number>/pay/<str:memo>/goodwill/",
        commands.ask_goodwill,
        name="pay_goodwill",
    ),
    path("cases/<case_number:number>/pay/<str:operation>/undo/", commands.undo, name="pay_undo"),
    path(
        "cases/<case_number:number>/pay/<str:link>/withdraw/",
        commands.withdraw,
        name="pay_withdraw",
    ),
    path("cases/<case_number:number>/pay/<str:memo>/ask/", commands.ask_refund, name="pay_ask"),
    path("payments/out/", queues.pay_outs, name="pay_outs"),
    path("payments/out/<str:operation>/by-hand/", queues.pay_by_hand, name="pay_by_hand"),
    path("payments/disputes/", disputes.disputes, name="disputes"),
    path("payments/disputes/<str:dispute>/", disputes.dispute, name="dispute"),
    path("payments/unknown/", queues.unknown, name="unknown_money"),
    path("payments/unknown/<str:operation>/", queues.prove, name="prove"),
    path("payments/unknown/<str:operation>/ask/", queues.ask_again, name="ask_provider"),
    path("payments/differences/", lists.differences, name="differences"),
    path(
        "payments/differences/<str:difference>/explain/",
        lists.explain,
        name="explain_difference",
    ),
    path("payments/export.csv", exporting.export, name="money_export"),
    path("receivables/", lists.receivables, name="receivables"),
    path("receivables/<str:obligation>/link/", lists.receivable_link, name="receivable_link"),
    path(
        "receivables/<str:obligation>/write-off/",
        lists.receivable_write_off,
        name="receivable_write_off",
    ),
]
