"""What an asset may be."""

from django.db.models import IntegerChoices, TextChoices


class Kind(TextChoices):
    DATABASE = "database", "Database"
    SCHEMA = "schema", "Schema"
    TABLE = "table", "Table"
    VIEW = "view", "View"
    FOLDER = "folder", "Folder"
    FILE = "file", "File"
    TOPIC = "topic", "Topic"
    JOB = "job", "Job"
    DASHBOARD = "dashboard", "Dashboard"
    FEATURE = "feature", "Feature"
    TRAINING_SET = "training_set", "Training set"
    MODEL = "model", "Model"
    DEPLOYMENT = "deployment", "Deployment"


class Status(TextChoices):
    ACTIVE = "active", "Active"
    DEPRECATED = "deprecated", "Deprecated"
    ARCHIVED = "archived", "Archived"


class Tier(IntegerChoices):
    ONE = 1, "Tier 1"
    TWO = 2, "Tier 2"
    THREE = 3, "Tier 3"
    FOUR = 4, "Tier 4"
    FIVE = 5, "Tier 5"


class Certification(TextChoices):
    GOLD = "gold", "Gold"
    SILVER = "silver", "Silver"
    BRONZE = "bronze", "Bronze"
