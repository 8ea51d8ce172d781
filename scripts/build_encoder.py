"""Builds bot/dialog/encoder.onnx, the graph of the sentence encoder without its weights.

    .venv/bin/python scripts/build_encoder.py

It computes what BAAI/bge-small-en-v1.5 computes (a BERT of twelve layers: Devlin et al., 2019, arXiv:1810.04805), for
one text at a time and only as far as its vector needs: with the operators that onnxruntime has for the parts of
a transformer, without padding, and in the last layer for the first token alone, whose state is the text's vector. The weights are
read from the package that ships the model when the encoder is loaded (bot/dialog/encoder.py).
"""

from __future__ import annotations

from pathlib import Path

import onnx
from onnx import TensorProto, helper

TARGET = Path(__file__).resolve().parent.parent / "bot/dialog/encoder.onnx"
LAYERS, HEADS, SIZE, INNER, WORDS, POSITIONS = 12, 12, 384, 1536, 30522, 512
EPSILON = 1e-12
ORT = "com.microsoft"  # onnxruntime's own operators


class Graph:
    """Collects the nodes, and the weights that will be given when it is loaded."""

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.constants: list[onnx.TensorProto] = []

    def weight(self, name: str, kind: int, *shape: int) -> str:
        tensor = TensorProto(name=name, data_type=kind, dims=shape)
        tensor.data_location = TensorProto.EXTERNAL
        tensor.external_data.add(key="location", value="given-when-loaded")
        self.constants.append(tensor)
        return name

    def numbers(self, name: str, *values: int) -> str:
        self.constants.append(helper.make_tensor(name, TensorProto.INT64, [len(values)], values))
        return name

    def node(
        self, operator: str, inputs: list[str], *outputs: str, domain: str = "", **how: object
    ) -> str:
        self.nodes.append(helper.make_node(operator, inputs, outputs, domain=domain, **how))
        return outputs[0]

    def product(self, states: str, name: str, rows: int, columns: int, bias: bool = False) -> str:
        """States times a matrix of int8 weights, each column with its scale; the states are made int8 as they come."""
        given = [
            states,
            self.weight(f"{name}.weight", TensorProto.INT8, rows, columns),
            self.weight(f"{name}.scale", TensorProto.FLOAT, columns),
            self.weight(f"{name}.zero", TensorProto.INT8, columns),
        ]
        if bias:
            given.append(self.weight(f"{name}.bias", TensorProto.FLOAT, columns))
        return self.node("DynamicQuantizeMatMul", given, f"{name}.out", domain=ORT)

    def normalized(self, states: str, added: str, name: str, bias: str = "") -> str:
        """The sum of both (and of a bias), normalized for each token."""
        given = [
            states,
            added,
            self.weight(f"{name}.weight", TensorProto.FLOAT, SIZE),
            self.weight(f"{name}.bias", TensorProto.FLOAT, SIZE),
        ]
        if bias:
            given.append(self.weight(bias, TensorProto.FLOAT, SIZE))
        return self.node(
            "SkipLayerNormalization", given, f"{name}.out", domain=ORT, epsilon=EPSILON
        )


def build() -> onnx.ModelProto:
    graph = Graph()
    first, zero = graph.numbers("first", 0), graph.numbers("zero", 0)
    one, axis = graph.numbers("one", 1), graph.numbers("axis", 1)
    quantized = graph.node(
        "Gather", [graph.weight("words", TensorProto.UINT8, WORDS, SIZE), "ids"], "words.of"
    )
    words = graph.node(
        "DequantizeLinear",
        [
            quantized,
            graph.weight("words.scale", TensorProto.FLOAT),
            graph.weight("words.zero", TensorProto.UINT8),
        ],
        "words.out",
    )
    length = graph.node("Shape", ["ids"], "length")
    positions = graph.node(
        "Slice",
        [graph.weight("positions", TensorProto.FLOAT, POSITIONS, SIZE), zero, length, first],
        "positions.of",
    )
    states = graph.normalized(
        graph.node("Unsqueeze", [words, first], "words.batch"),
        graph.node("Unsqueeze", [positions, first], "positions.batch"),
        "embeddings.norm",
    )
    for number in range(LAYERS):
        name = f"layer.{number}"
        query, key, value = (f"{name}.{part}" for part in ("query", "key", "value"))
        if number < LAYERS - 1:
            asking = states
            all_three = graph.product(states, f"{name}.attention", SIZE, 3 * SIZE, bias=True)
            graph.node("Split", [all_three], query, key, value, axis=-1)
        else:
            asking = graph.node("Slice", [states, zero, one, axis], "first.state")
            query = graph.product(asking, query, SIZE, SIZE, bias=True)
            key = graph.product(states, key, SIZE, SIZE, bias=True)
            value = graph.product(states, value, SIZE, SIZE, bias=True)
        attended = graph.node(
            "MultiHeadAttention",
            [query, key, value],
            f"{name}.attended",
            domain=ORT,
            num_heads=HEADS,
        )
        mixed = graph.product(attended, f"{name}.mix", SIZE, SIZE)
        states = graph.normalized(mixed, asking, f"{name}.mix.norm", f"{name}.mix.bias")
        inner = graph.product(states, f"{name}.inner", SIZE, INNER)
        bias = graph.weight(f"{name}.inner.bias", TensorProto.FLOAT, INNER)
        bent = graph.node("BiasGelu", [inner, bias], f"{name}.bent", domain=ORT)
        outer = graph.product(bent, f"{name}.outer", INNER, SIZE)
        states = graph.normalized(outer, states, f"{name}.outer.norm", f"{name}.outer.bias")
    graph.node("Squeeze", [states, graph.numbers("both", 0, 1)], "vector")
    return helper.make_model(
        helper.make_graph(
            graph.nodes,
            "encoder",
            [helper.make_tensor_value_info("ids", TensorProto.INT64, ["tokens"])],
            [helper.make_tensor_value_info("vector", TensorProto.FLOAT, [SIZE])],
            graph.constants,
        ),
        opset_imports=[helper.make_opsetid("", 17), helper.make_opsetid(ORT, 1)],
        ir_version=8,
        producer_name="scripts/build_encoder.py",
    )


def main() -> None:
    TARGET.write_bytes(build().SerializeToString())
    print(f"{TARGET.name}: {TARGET.stat().st_size} bytes")


if __name__ == "__main__":
    main()
