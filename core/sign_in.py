"""Who may sign in: people an admin has invited. Nobody signs themselves up."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class InvitedPeopleOnly(DefaultAccountAdapter):
    """allauth asks this before it offers a sign-up form."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False
