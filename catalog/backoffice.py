"""What people said and did, in the back office of this floor."""

from django.contrib import admin

from accesscontrol.backoffice import ReadOnlyAdmin
from catalog.models import (
    BulkEdit,
    BulkItem,
    Certificate,
    Classification,
    ImportRow,
    MetadataImport,
    Product,
    ProductPort,
    Property,
    SavedView,
    Tag,
    TagUse,
    Term,
    TermLink,
    TermRelation,
)


class Quick(ReadOnlyAdmin):
    """Tables may be large: their rows are not counted."""

    show_full_result_count = False


@admin.register(Classification)
class ClassificationAdmin(Quick):
    list_display = ("name", "exclusive")
    search_fields = ("name",)


@admin.register(Property)
class PropertyAdmin(Quick):
    list_display = ("name", "label", "type", "required")
    list_filter = ("type", "required")
    search_fields = ("name", "label")


@admin.register(SavedView)
class SavedViewAdmin(Quick):
    list_display = ("name", "owner", "team", "created_at")
    list_select_related = ("owner", "team")
    search_fields = ("name", "owner__username")


@admin.register(Certificate)
class CertificateAdmin(Quick):
    list_display = ("asset", "level", "by", "granted_at", "until", "end")
    list_filter = ("level", "end")
    list_select_related = ("asset", "by")
    search_fields = ("asset__name",)


@admin.register(Tag)
class TagAdmin(Quick):
    list_display = ("path", "classification", "deprecated")
    list_filter = ("deprecated", "classification")
    list_select_related = ("classification",)
    search_fields = ("path",)


@admin.register(TagUse)
class TagUseAdmin(Quick):
    list_display = ("tag", "asset", "field", "by", "at")
    list_select_related = ("tag", "asset", "field", "by")
    search_fields = ("tag__path", "asset__name")


@admin.register(Term)
class TermAdmin(Quick):
    list_display = ("name", "slug", "parent", "status", "domain", "owner")
    list_filter = ("status", "domain")
    list_select_related = ("parent", "domain", "owner")
    search_fields = ("name", "slug", "definition")


@admin.register(TermRelation)
class TermRelationAdmin(Quick):
    list_display = ("__str__", "term", "kind", "other")
    list_filter = ("kind",)
    list_select_related = ("term", "other")


@admin.register(TermLink)
class TermLinkAdmin(Quick):
    list_display = ("__str__", "term", "asset", "field")
    list_select_related = ("term", "asset", "field")


@admin.register(Product)
class ProductAdmin(Quick):
    list_display = ("name", "slug", "status", "domain", "owner")
    list_filter = ("status", "domain")
    list_select_related = ("domain", "owner")
    search_fields = ("name", "slug", "description")


@admin.register(ProductPort)
class ProductPortAdmin(Quick):
    list_display = ("__str__", "product", "direction", "asset")
    list_filter = ("direction",)
    list_select_related = ("product", "asset")


@admin.register(BulkEdit)
class BulkEditAdmin(Quick):
    list_display = ("__str__", "author", "propose", "job")
    list_select_related = ("author", "job")


@admin.register(MetadataImport)
class MetadataImportAdmin(Quick):
    list_display = ("__str__", "author", "propose", "job")
    list_select_related = ("author", "job")


@admin.register(ImportRow)
class ImportRowAdmin(Quick):
    list_display = ("__str__", "batch", "expected", "state")
    list_filter = ("kind", "state", "expected")
    list_select_related = ("batch",)


@admin.register(BulkItem)
class BulkItemAdmin(Quick):
    list_display = ("__str__", "edit", "asset", "expected", "state")
    list_filter = ("state", "expected")
    list_select_related = ("edit", "asset")
