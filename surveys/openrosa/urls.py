from django.urls import path

from surveys.openrosa import views

app_name = "odk"
urlpatterns = [
    path("<str:token>/formList", views.form_list, name="form-list"),
    path("<str:token>/forms/<str:form>/<int:version>.xml", views.form, name="form"),
    path("<str:token>/manifest/<slug:wave>/<int:version>", views.manifest, name="manifest"),
    path("<str:token>/<slug:name>/<slug:wave>.csv", views.file, name="file"),
    path("<str:token>/submission", views.submission, name="submission"),
]
