"""The kiosk app for Enable3's loyalty widget.

A newcomer's way through the code: `__main__` -> `cli` -> `commands`, the composition root, which makes

    supervisor   the loop that runs a kiosk: start at `supervisor.app`
    sign_in      who a visitor is
    outbox       what the API is told, however long that takes
    operators    the PIN, the panel, the enrolment

of the adapters `api`, `credentials`, `shell` (the window's process), `store` and `ops`, around the pure `core`, whose
`core.step` has the table of what happens when. `sandbox` is an Enable3 to try all this with. Each package's docstring
says what is in it; what each may import is a test: `tests/test_architecture.py`.

Where a visitor is kept in, and out of what others left:

    core.navigation, core.sub_resources, core.keys    where a page may go, what it may load, which keys it gets
    core.system_keys        which keys Windows must not hear of
    shell.engines.permits   asks them, for all four engines; `shell.engines` has the map of an adapter
    shell.environment       what a shell is told by variables
    shell.folder, shell.keeper    what it writes, and that nothing of it stays
    supervisor.oblivion     what is left of visitors in memory; supervisor.pseudonym: what the log calls them
    ops.lockdown_layers     what the machine around the window lacks: `kiosk doctor` (`ops` has those of other systems)

And what all of them may use:

    config                  files, policy, environment and flags, checked once, then frozen
    errors, result          what goes wrong, as one tree; what a command returns
    parser, options, arguments    the command line
    build                   what this build has: whether it is a release, and of which engine
    logs, paths, assets     the log; where files are kept; what comes with the program
    private, private_file   folders and files that only this account can write; small ones, replaced in one step
    windows_rights          what Windows says of that
    crash_dumps             no core dumps of processes that know a visit or the API key
    hidden_argument         takes a visitor's id out of what the system shows of a command line
    api_key, credentials, keyring_hints    the API key as it is typed, in the keyring, and what to do if that fails
    systemd_credential      the API key that a systemd unit was given, for when the keyring has none
    secret_file             the API key or a PIN in a file that no other account may read
    deadline, loop, wire    deadlines of calls that have none; the event loop; JSON in and out of typed values
"""

__version__ = "0.1.0"
