"""What the demonstration trusts."""

from pathlib import Path

from monitor.cli.demo import anchors


def test_the_demonstration_trusts_its_simulator_and_whom_we_trust(tmp_path: Path) -> None:
    pretended, own = tmp_path / "simulator.pem", tmp_path / "own.pem"
    pretended.write_text("the simulator's")
    own.write_text("our own")
    assert anchors(tmp_path, pretended, None) == pretended
    assert anchors(tmp_path, pretended, own).read_text().split("\n") == [
        "the simulator's",
        "our own",
    ]
