"""The administrator who invites staff and gives them roles."""

from services.contracts import identity as contracts

ID = "A-0000007-G"


def boss(system):
    return system.caller("administrator", account_id=system.boss)


def set_roles(system, account_id, *roles, caller=None):
    return system.call(contracts.administration.SetStaffRoles, caller or boss(system), account_id=account_id, roles=list(roles))


def invite(system, email="Bea@college.example", roles=("support",), **more):
    return system.call(contracts.administration.InviteStaff, boss(system), email=email, roles=list(roles), **more)
