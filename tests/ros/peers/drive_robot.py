"""Drives a robot with velocity commands and checks by its odometry that it moved as told.

Forward first: the robot must advance along its heading, and hardly sideways. Then a turn on the spot: the heading
must grow (counter-clockwise is positive). Then zero: it must stand. One JSON line a phase, exit code 0 if all held.
"""
import argparse
import math
import sys

from geometry_msgs.msg import Twist
from nav_msgs.msg import Odometry

from peer import Peer, emit


class Robot:
    """Publishes the present command at 10 Hz and keeps the latest pose."""

    def __init__(self, peer, command_topic, odom_topic):
        self.peer = peer
        self.pose = None
        self.turned = 0.0  # radians since the start, not wrapped at pi
        self.command = Twist()
        self.publisher = peer.node.create_publisher(Twist, command_topic, 10)
        peer.node.create_subscription(Odometry, odom_topic, self._on_odom, 10)
        peer.node.create_timer(0.1, lambda: self.publisher.publish(self.command))

    def _on_odom(self, odom):
        p, q = odom.pose.pose.position, odom.pose.pose.orientation
        yaw = math.atan2(2 * (q.w * q.z + q.x * q.y), 1 - 2 * (q.y * q.y + q.z * q.z))
        if self.pose is not None:
            self.turned += math.remainder(yaw - self.pose[2], math.tau)
        self.pose = (p.x, p.y, yaw)

    def tell(self, linear=0.0, angular=0.0):
        self.command.linear.x, self.command.angular.z = linear, angular


def rounded(pose):
    return [round(value, 4) for value in pose]


def forward(robot, metres, patience):
    x0, y0, yaw0 = first = robot.pose

    def moved():
        dx, dy = robot.pose[0] - x0, robot.pose[1] - y0
        return (dx * math.cos(yaw0) + dy * math.sin(yaw0), dy * math.cos(yaw0) - dx * math.sin(yaw0))

    robot.tell(linear=0.3)
    robot.peer.spin_until(lambda: abs(moved()[0]) >= metres, patience)
    ahead, aside = moved()
    ok = ahead >= metres and abs(aside) < 0.1 * metres
    emit(phase='forward', ok=ok, ahead_m=round(ahead, 4), aside_m=round(aside, 4),
         first=rounded(first), last=rounded(robot.pose))
    return ok


def turn(robot, radians, patience):
    first, start = robot.pose, robot.turned
    robot.tell(angular=0.5)
    robot.peer.spin_until(lambda: abs(robot.turned - start) >= radians, patience)
    ok = robot.turned - start >= radians
    emit(phase='turn', ok=ok, turned_rad=round(robot.turned - start, 4), first=rounded(first), last=rounded(robot.pose))
    return ok


def stand(robot, patience):
    """Still when the pose has not changed for half a second of odometry."""
    robot.tell()
    seen = []

    def still():
        if not seen or seen[-1] is not robot.pose:
            seen.append(robot.pose)
        return len(seen) > 5 and all(math.dist(pose, seen[-1]) < 1e-6 for pose in seen[-5:])

    ok = robot.peer.spin_until(still, patience)
    emit(phase='stand', ok=ok, last=rounded(robot.pose), odometry_messages=len(seen))
    return ok


def main():
    args = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    args.add_argument('--command-topic', default='/cmd_vel')
    args.add_argument('--odom-topic', default='/odom')
    args.add_argument('--metres', type=float, default=0.5)
    args.add_argument('--radians', type=float, default=0.5)
    args.add_argument('--patience', type=float, default=15.0, help='seconds for each phase')
    args.add_argument('--warm-up', type=float, default=30.0, help='seconds to wait for the first odometry')
    args.add_argument('--seconds', type=float, default=90.0, help='the end of it in any case')
    args = args.parse_args()
    with Peer('drive_robot', args.seconds) as peer:
        robot = Robot(peer, args.command_topic, args.odom_topic)
        if not peer.spin_until(lambda: robot.pose is not None, args.warm_up):
            emit(error=f'no odometry on {args.odom_topic} within {args.warm_up} s')
            return 1
        ok = (forward(robot, args.metres, args.patience) and turn(robot, args.radians, args.patience)
              and stand(robot, args.patience))
        emit(ok=ok, last=rounded(robot.pose))
        return 0 if ok else 1


sys.exit(main())
