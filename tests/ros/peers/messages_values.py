"""Values of message types by their descriptions: random ones, and the scalars of given ones."""
import random
import struct

# The numbers of type_description_interfaces/msg/FieldType; what lies above 48 is an array or a sequence of what lies below.
NESTED, FLOAT, DOUBLE, BOOLEAN, BYTE, STRING, WSTRING, BOUNDED_STRING, BOUNDED_WSTRING = 1, 10, 11, 15, 16, 17, 18, 21, 22
ARRAY, BOUNDED_SEQUENCE, SEQUENCE = 1, 2, 3
BITS = {2: (8, True), 3: (8, False), 4: (16, True), 5: (16, False), 6: (32, True), 7: (32, False), 8: (64, True),
        9: (64, False)}
# rosidl gives a type without fields this one; Python does not have it.
DUMMY = "structure_needs_at_least_one_member"
FLOATS = {
    # Smallest subnormal, largest subnormal, smallest normal, largest.
    FLOAT: (2.0 ** -149, 2.0 ** -126 - 2.0 ** -149, 2.0 ** -126, 2.0 ** 128 - 2.0 ** 104),
    DOUBLE: (5e-324, 2.0 ** -1022 - 5e-324, 2.0 ** -1022, 1.7976931348623157e308),
}
PIECES = ("a", "Z", "/", " ", "\t", "\\", '"', "\u00e9", "\u6728", "\uffff", "\U0001f600", "\U0010ffff")


def shape(field):
    """Which base type a field has, and how many of it."""
    number = field["type"]["type_id"]
    return (number - 1) % 48 + 1, (number - 1) // 48


def scalars(fields, name, value):
    """The scalars of a message in the order of fields."""
    listed = []
    for field in fields[name]:
        if field["name"] == DUMMY:
            continue
        base, arity = shape(field)
        found = getattr(value, field["name"])
        if arity in (BOUNDED_SEQUENCE, SEQUENCE):
            listed.append(len(found))
        for each in found if arity else [found]:
            if base == NESTED:
                listed += scalars(fields, field["type"]["nested_type_name"], each)
            else:
                listed.append(scalar(base, each))
    return listed


def scalar(base, value):
    if base in (FLOAT, DOUBLE):
        return repr(float(value))
    if base == BOOLEAN:
        return bool(value)
    if base == BYTE:
        return value[0]
    return value if isinstance(value, str) else int(value)


class Maker:
    """Makes random messages, the same ones for the same seed."""

    def __init__(self, fields, python_class, seed):
        self.fields = fields
        self.python_class = python_class
        self.random = random.Random(seed)

    def message(self, name, depth=0):
        made = self.python_class(name)()
        for field in self.fields[name]:
            if field["name"] != DUMMY:
                setattr(made, field["name"], self.field(field, depth))
        return made

    def field(self, field, depth):
        base, arity = shape(field)
        kind = field["type"]
        if not arity:
            return self.one(base, kind, depth)
        return [self.one(base, kind, depth) for _ in range(self.length(arity, kind["capacity"], depth))]

    def length(self, arity, capacity, depth):
        if arity == ARRAY:
            return capacity
        longest = max(4 - depth, 1)
        if arity == BOUNDED_SEQUENCE:
            return self.random.choice((0, capacity, self.random.randint(0, min(capacity, longest))))
        return self.random.randint(0, longest)

    def one(self, base, kind, depth):
        if base == NESTED:
            return self.message(kind["nested_type_name"], depth + 1)
        if base in (STRING, WSTRING, BOUNDED_STRING, BOUNDED_WSTRING):
            return self.text(base, kind["string_capacity"])
        if base in (FLOAT, DOUBLE):
            return self.number(base)
        if base == BOOLEAN:
            return self.random.random() < 0.5
        if base == BYTE:
            return bytes([self.integer(8, False)])
        return self.integer(*BITS[base])

    def integer(self, bits, signed):
        lowest, highest = (-(1 << bits - 1), (1 << bits - 1) - 1) if signed else (0, (1 << bits) - 1)
        return self.random.choice((0, 1, lowest, highest, self.random.randint(lowest, highest)))

    def number(self, base):
        if self.random.random() < 0.5:
            rare = (0.0, float("inf"), *FLOATS[base])
            return self.random.choice(rare) * self.random.choice((1, -1))
        code, size = ("<f", 4) if base == FLOAT else ("<d", 8)
        while True:
            made = struct.unpack(code, self.random.randbytes(size))[0]
            if made == made:  # NaN equals nothing, so no test could compare it.
                return made

    def text(self, base, bound):
        """A bound counts UTF-8's bytes or, of wide strings, UTF-16's units."""
        made = "".join(self.random.choice(PIECES) for _ in range(self.random.randint(0, 5)))
        if not bound:
            return made
        left = bound - len(made.encode("utf-16-le")) // 2 if base == BOUNDED_WSTRING else bound - len(made.encode())
        if left < 0:
            return ""
        return made + "b" * left if self.random.random() < 0.5 else made
