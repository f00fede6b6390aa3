from django.db import connection, models


def hold_tree(model: type[models.Model]) -> None:
    """Let nobody else move rows of `model` until this transaction ends.

    The trigger that refuses circles takes the same lock: who holds it before touching rows never
    waits for somebody who waits for those rows.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [model._meta.db_table])
