"""A synthetic company: databases, a pipeline, a model, people and rules to show the portal with."""
