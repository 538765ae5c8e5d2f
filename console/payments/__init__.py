"""Money on screens: a case's payments, what nobody knows, what is owed, what lists disagree on."""
