"""Alarms and dashboards."""

from cloudformation.provider import Made, Provider, Request, resource


@resource("AWS::CloudWatch::Alarm")
class Alarm(Provider):
    replaced_by = ("AlarmName",)

    def put(self, r: Request, name: str) -> Made:
        r.api("cloudwatch", "PutMetricAlarm", **{**r.properties, "AlarmName": name})
        return name, {"Arn": r.arn("cloudwatch", f"alarm:{name}")}

    def create(self, r: Request) -> Made:
        return self.put(r, r.get("AlarmName", r.name))

    def update(self, r: Request, identifier: str) -> Made:
        return self.put(r, identifier)

    def delete(self, r: Request, identifier: str) -> None:
        r.api("cloudwatch", "DeleteAlarms", AlarmNames=[identifier])


@resource("AWS::CloudWatch::Dashboard")
class Dashboard(Provider):
    replaced_by = ("DashboardName",)

    def put(self, r: Request, name: str) -> None:
        r.api("cloudwatch", "PutDashboard", DashboardName=name, DashboardBody=r.get("DashboardBody"))

    def create(self, r: Request) -> Made:
        name = r.get("DashboardName", r.name)
        self.put(r, name)
        return name, {}

    def update(self, r: Request, identifier: str) -> None:
        self.put(r, identifier)

    def delete(self, r: Request, identifier: str) -> None:
        r.api("cloudwatch", "DeleteDashboards", DashboardNames=[identifier])
