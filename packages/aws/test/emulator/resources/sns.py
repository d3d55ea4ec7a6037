"""Topics and who hears of them."""

import json

from cloudformation.provider import Made, Provider, Request, resource


@resource("AWS::SNS::Topic")
class Topic(Provider):
    replaced_by = ("TopicName", "FifoTopic")

    def create(self, r: Request) -> Made:
        name = r.get("TopicName", r.name)
        attributes = {
            key: r.get(key) for key in ("KmsMasterKeyId", "DisplayName", "FifoTopic") if key in r.properties
        }
        arn = r.api("sns", "CreateTopic", Name=name, Attributes=attributes, Tags=r.get("Tags"))["TopicArn"]
        for subscription in r.get("Subscription", []):
            r.api("sns", "Subscribe", TopicArn=arn, **subscription)
        return arn, {"TopicArn": arn, "TopicName": name}

    def update(self, r: Request, identifier: str) -> None:
        for key in ("KmsMasterKeyId", "DisplayName"):
            if r.changed(key):
                value = r.get(key, "")
                r.api(
                    "sns", "SetTopicAttributes", TopicArn=identifier, AttributeName=key, AttributeValue=value
                )

    def delete(self, r: Request, identifier: str) -> None:
        r.api("sns", "DeleteTopic", TopicArn=identifier)


@resource("AWS::SNS::Subscription")
class Subscription(Provider):
    replaced_by = ("Endpoint", "Protocol", "TopicArn")

    def create(self, r: Request) -> Made:
        arn = r.api("sns", "Subscribe", **r.properties, ReturnSubscriptionArn=True)["SubscriptionArn"]
        return arn, {"Arn": arn}

    def delete(self, r: Request, identifier: str) -> None:
        r.api("sns", "Unsubscribe", SubscriptionArn=identifier)


@resource("AWS::SNS::TopicPolicy")
class TopicPolicy(Provider):
    def create(self, r: Request) -> Made:
        policy = json.dumps(r.get("PolicyDocument"))
        for topic in r.get("Topics"):
            r.api("sns", "SetTopicAttributes", TopicArn=topic, AttributeName="Policy", AttributeValue=policy)
        return r.name, {"Id": r.name}

    def update(self, r: Request, identifier: str) -> None:
        self.create(r)

    def delete(self, r: Request, identifier: str) -> None:
        """The policy goes with its topic."""
