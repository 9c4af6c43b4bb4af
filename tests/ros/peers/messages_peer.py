"""What real ROS 2 says of every message type: its hash, the bytes it writes, the values it reads. Needs no network.

    messages_peer.py hashes         one line a type: `std_msgs/msg/String RIHS01_...`, from rosidl's own description files
    messages_peer.py write N SEED   N values of every message type: `type<TAB>hex of the CDR bytes<TAB>scalars`
    messages_peer.py read           lines `type<TAB>hex` come in; `type<TAB>scalars` of what rclpy read go out

The scalars of a value are a JSON list in the order of fields: floats as text, a sequence's length in front of its elements.
The first value of `write` is the default one, the others are random, with many at the ends of their ranges.
"""
import importlib
import json
import os
import pathlib
import sys

from messages_values import Maker, scalars

# Zeroed memory, because otherwise the padding is whatever was there before. Read by the C library before main.
TUNABLES = "glibc.malloc.tcache_count=0:glibc.malloc.perturb=255"


class Descriptions:
    """Every type of the environment's interface packages, as rosidl's JSON files describe it."""

    def __init__(self):
        self.hashes = {}
        self.fields = {}
        for file in sorted(pathlib.Path(sys.prefix, "share").glob("*/*/*.json")):
            package, kind = file.parts[-3:-1]
            if kind in ("msg", "srv", "action"):
                self._add(json.loads(file.read_text()))

    def _add(self, described):
        for entry in described["type_hashes"]:
            name, found = entry["type_name"], entry["hash_string"]
            if self.hashes.setdefault(name, found) != found:
                raise ValueError(f"two hashes of {name}: {found} and {self.hashes[name]}")
        message = described["type_description_msg"]
        for each in [message["type_description"], *message["referenced_type_descriptions"]]:
            self.fields[each["type_name"]] = each["fields"]

    def messages(self):
        """The types that have values: all but the services and actions themselves."""
        return [name for name in sorted(self.hashes) if is_message(name)]


def python_class(name):
    """The class of a type, also of one that ROS derives, such as `tf2_msgs/action/LookupTransform_SendGoal_Request`."""
    package, kind, name = name.split("/")
    public = getattr(importlib.import_module(f"{package}.{kind}"), name.split("_")[0])
    return getattr(sys.modules[public.__module__], name)


def is_message(name):
    return hasattr(python_class(name), "get_fields_and_field_types")


def write(descriptions, count, seed):
    from rclpy.serialization import serialize_message
    for name in descriptions.messages():
        maker = Maker(descriptions.fields, python_class, f"{seed} {name}")
        for number in range(count):
            value = python_class(name)() if number == 0 else maker.message(name)
            listed = json.dumps(scalars(descriptions.fields, name, value), separators=(",", ":"))
            print(name, serialize_message(value).hex(), listed, sep="\t")


def read(descriptions):
    from rclpy.serialization import deserialize_message
    for line in sys.stdin:
        name, hexadecimal = line.split()
        value = deserialize_message(bytes.fromhex(hexadecimal), python_class(name))
        print(name, json.dumps(scalars(descriptions.fields, name, value), separators=(",", ":")), sep="\t")


def main():
    if os.environ.get("GLIBC_TUNABLES") != TUNABLES:
        os.execve(sys.executable, [sys.executable, *sys.argv], {**os.environ, "GLIBC_TUNABLES": TUNABLES})
    match sys.argv[1:]:
        case ["hashes"]:
            for name, found in sorted(Descriptions().hashes.items()):
                print(name, found)
        case ["write", count, seed]:
            write(Descriptions(), int(count), seed)
        case ["read"]:
            read(Descriptions())
        case _:
            sys.exit(__doc__)


if __name__ == "__main__":
    main()
