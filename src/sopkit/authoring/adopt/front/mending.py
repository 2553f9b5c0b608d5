"""The front matter of a foreign document between two lines `---` at its beginning, whatever it was before."""

from sopkit.authoring.adopt.changes import carry_out
from sopkit.authoring.adopt.front.shape import FrontForm, shape_of
from sopkit.authoring.adopt.front.toml_keys import as_yaml
from sopkit.authoring.adopt.plan import How, PlanLine
from sopkit.model.source import Source


def mended(source: Source) -> tuple[bytes, tuple[PlanLine, ...]]:
    """The bytes with the fences of the front matter where they belong and TOML as YAML, and what was done."""
    shape = shape_of(source)
    data, eol = source.data, source.line_end
    line = source.line_of(shape.outer_start)
    if shape.kind is FrontForm.TOML:
        text, readable = as_yaml(data[shape.start : shape.end].decode("utf-8", "replace"))
        block = f"---\n{text}---\n".replace("\n", eol).encode()
        words = "TOML is written as YAML" if readable else "TOML that cannot be read is kept as comments"
        told = PlanLine(How.MAPPED if readable else How.LEFT, "front matter", words, line)
        return data[: shape.outer_start] + block + data[shape.outer_end :], (told,)
    if shape.kind is FrontForm.LATE:
        block = data[shape.outer_start : shape.outer_end]
        block += b"" if block.endswith((b"\n", b"\r")) else eol.encode()
        top = source.text_start
        whole = data[:top] + block + data[top : shape.outer_start] + data[shape.outer_end :]
        return whole, (PlanLine(How.MAPPED, "front matter", "moved to the first line", line),)
    mends = tuple(
        PlanLine(
            How.MAPPED, "front matter", f"{one.why}: {'added' if one.text else 'taken out'}", source.line_of(one.start)
        )
        for one in shape.mends
    )
    whole = carry_out(data, shape.mends)
    if shape.kind is FrontForm.YAML and shape.outer_end == len(data) and not whole.endswith((b"\n", b"\r")):
        whole += eol.encode()  # what is put below the last line must not become a part of it
    return whole, mends
