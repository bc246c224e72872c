"""The staff's pages: a table for each area of their work."""

from gateway.portal.staff import administration, applications, correspondence, money, registrants

# In the order of the menu: the first that admits somebody is where signing in leads.
PAGES = (
    *applications.PAGES,
    *registrants.PAGES,
    *money.PAGES,
    *correspondence.MESSAGES,
    *administration.REQUESTS,
    *correspondence.MAILINGS,
    *administration.SYSTEM,
)
