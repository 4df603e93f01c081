"""Processes, as the operating system sees them: the only home of psutil."""

from __future__ import annotations

from dataclasses import dataclass

import psutil


@dataclass(frozen=True, slots=True)
class ProcessInfo:
    """A process: its id, its parent's, its program's name, and the memory that it has for itself, in bytes."""

    pid: int
    parent: int
    name: str
    memory: int


def tree(pid: int) -> list[ProcessInfo]:
    """Return process `pid` and everything below it, parents before children; nothing if it is gone."""
    try:
        root = psutil.Process(pid)
        members = [root, *root.children(recursive=True)]
    except psutil.NoSuchProcess:
        return []
    return [info for member in members if (info := _describe(member)) is not None]


def end_tree(pid: int, *, deadline: float = 5.0) -> bool:
    """Kill process `pid` and everything below it; return whether all are gone within `deadline` seconds."""
    try:
        root = psutil.Process(pid)
        members = [*root.children(recursive=True), root]
    except psutil.NoSuchProcess:
        return True
    for member in members:
        try:
            member.kill()
        except psutil.Error:
            continue  # gone, or another account's: the wait below tells
    _, alive = psutil.wait_procs(members, timeout=deadline)
    return not alive


def _describe(process: psutil.Process) -> ProcessInfo | None:
    try:
        with process.oneshot():
            return ProcessInfo(process.pid, process.ppid(), process.name(), process.memory_info().rss)
    except psutil.Error:
        return None
