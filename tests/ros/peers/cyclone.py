"""What the peers on Cyclone DDS share: a participant of another vendor than Fast DDS, which speaks of services and actions as ROS 2
nodes on rmw_cyclonedds do. There, request and reply begin with a header: who asks, and the how many-th request it is.

ROS itself is not needed, and such a peer is no node: it has endpoints and says nothing of itself in ros_discovery_info.
"""
import time
from dataclasses import dataclass

from cyclonedds.core import Policy, Qos
from cyclonedds.domain import DomainParticipant
from cyclonedds.idl import IdlStruct
from cyclonedds.idl.types import array, int8, int32, int64, sequence, uint8, uint32, uint64
from cyclonedds.pub import DataWriter
from cyclonedds.sub import DataReader
from cyclonedds.topic import Topic
from cyclonedds.util import duration

from life import Life

__all__ = ['AddTwoInts', 'CancelGoal', 'Cyclone', 'FeedbackMessage', 'GetResult', 'GoalInfo', 'GoalStatus', 'GoalStatusArray', 'SendGoal', 'Time']


def qos(depth=10, latched=False):
    return Qos(
        Policy.Reliability.Reliable(duration(seconds=1)),
        Policy.History.KeepLast(depth),
        Policy.Durability.TransientLocal if latched else Policy.Durability.Volatile,
        Policy.DataRepresentation(use_cdrv0_representation=True),
    )


@dataclass
class Time(IdlStruct, typename='builtin_interfaces::msg::dds_::Time_'):
    sec: int32 = 0
    nanosec: uint32 = 0


@dataclass
class GoalInfo(IdlStruct, typename='action_msgs::msg::dds_::GoalInfo_'):
    goal_id: array[uint8, 16]
    stamp: Time


@dataclass
class GoalStatus(IdlStruct, typename='action_msgs::msg::dds_::GoalStatus_'):
    goal_info: GoalInfo
    status: int8


@dataclass
class GoalStatusArray(IdlStruct, typename='action_msgs::msg::dds_::GoalStatusArray_'):
    status_list: sequence[GoalStatus]


@dataclass
class FeedbackMessage(IdlStruct, typename='example_interfaces::action::dds_::Fibonacci_FeedbackMessage_'):
    goal_id: array[uint8, 16]
    sequence: sequence[int32]


class AddTwoInts:
    """example_interfaces/srv/AddTwoInts."""

    @dataclass
    class Request(IdlStruct, typename='example_interfaces::srv::dds_::AddTwoInts_Request_'):
        guid: uint64
        seq: int64
        a: int64
        b: int64

    @dataclass
    class Response(IdlStruct, typename='example_interfaces::srv::dds_::AddTwoInts_Response_'):
        guid: uint64
        seq: int64
        sum: int64


class SendGoal:
    """The first service of example_interfaces/action/Fibonacci."""

    @dataclass
    class Request(IdlStruct, typename='example_interfaces::action::dds_::Fibonacci_SendGoal_Request_'):
        guid: uint64
        seq: int64
        goal_id: array[uint8, 16]
        order: int32

    @dataclass
    class Response(IdlStruct, typename='example_interfaces::action::dds_::Fibonacci_SendGoal_Response_'):
        guid: uint64
        seq: int64
        accepted: bool
        stamp: Time


class GetResult:
    """The second service of example_interfaces/action/Fibonacci."""

    @dataclass
    class Request(IdlStruct, typename='example_interfaces::action::dds_::Fibonacci_GetResult_Request_'):
        guid: uint64
        seq: int64
        goal_id: array[uint8, 16]

    @dataclass
    class Response(IdlStruct, typename='example_interfaces::action::dds_::Fibonacci_GetResult_Response_'):
        guid: uint64
        seq: int64
        status: int8
        sequence: sequence[int32]


class CancelGoal:
    """action_msgs/srv/CancelGoal."""

    @dataclass
    class Request(IdlStruct, typename='action_msgs::srv::dds_::CancelGoal_Request_'):
        guid: uint64
        seq: int64
        goal_info: GoalInfo

    @dataclass
    class Response(IdlStruct, typename='action_msgs::srv::dds_::CancelGoal_Response_'):
        guid: uint64
        seq: int64
        return_code: int8
        goals_canceling: sequence[GoalInfo]


class Client:
    """Calls one service; any number of calls may be under way."""

    def __init__(self, cyclone, service, kind):
        self.kind, self.seq, self.answers = kind, 0, {}
        self.writer = cyclone.writer(f'rq{service}Request', kind.Request, depth=1000)
        self.reader = cyclone.reader(f'rr{service}Reply', kind.Response, depth=1000)
        # As rmw_cyclonedds: half of what is unique to the client's end.
        self.guid = int.from_bytes(self.reader.guid.bytes[:8], 'little')
        cyclone.each_turn.append(self.take)

    def ready(self):
        """Whether a server is there, with both its ends."""
        return bool(self.writer.get_matched_subscriptions() and self.reader.get_matched_publications())

    def call(self, **request):
        self.seq += 1
        self.writer.write(self.kind.Request(guid=self.guid, seq=self.seq, **request))
        return self.seq

    def take(self):
        for answer in self.reader.take(100):
            # Every client of the service gets all replies.
            if getattr(answer, 'guid', None) == self.guid:
                self.answers[answer.seq] = answer


class Cyclone(Life):
    """A participant with a deadline. It looks at all its readers by turns."""

    def __init__(self, seconds, domain=0):
        super().__init__(seconds)
        self.participant = DomainParticipant(domain)
        self.each_turn = []

    def __enter__(self):
        return self

    def __exit__(self, *_exc):
        # Dropping it says goodbye.
        self.each_turn.clear()
        del self.participant

    def writer(self, topic, kind, **options):
        return DataWriter(self.participant, Topic(self.participant, topic, kind), qos=qos(**options))

    def reader(self, topic, kind, **options):
        return DataReader(self.participant, Topic(self.participant, topic, kind), qos=qos(**options))

    def client(self, service, kind):
        return Client(self, service, kind)

    def serve(self, service, kind, handler):
        """Answers requests with what `handler(request, answer)` tells `answer(**response)`, now or later."""
        reader = self.reader(f'rq{service}Request', kind.Request, depth=1000)
        writer = self.writer(f'rr{service}Reply', kind.Response, depth=1000)

        def take():
            for request in reader.take(100):
                if isinstance(request, kind.Request):
                    head = {'guid': request.guid, 'seq': request.seq}
                    handler(request, lambda head=head, **response: writer.write(kind.Response(**head, **response)))

        self.each_turn.append(take)

    def spin_once(self, seconds=0.05):
        """Looks at every reader once, and waits a moment."""
        for take in self.each_turn:
            take()
        time.sleep(min(0.002, max(0.0, seconds)))
