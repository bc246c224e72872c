"""The staff's pages: a table for each area of their work."""

from gateway.portal.staff import administration, applications, correspondence, money

# In the order of the menu: the first that admits somebody is where signing in leads.
PAGES = (
    *applications.PAGES,
    *money.PAGES,
    *correspondence.MESSAGES,
    *administration.REQUESTS,
    *correspondence.MAILINGS,
    *administration.SYSTEM,
)
