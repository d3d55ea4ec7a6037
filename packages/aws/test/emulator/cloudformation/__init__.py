"""A CloudFormation engine: templates, resource providers, stacks and change sets."""
