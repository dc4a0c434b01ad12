namespace AutoSelect.Training.Tests.Programs;

/// <summary>Scripts that begin well and then break the protocol, each of its seed alone.</summary>
internal static class MisbehavingPrograms
{
    /// <summary>What a misbehaviour is called, and the script; {0} to {2} are drawn.</summary>
    private static readonly (string Name, string Script)[] All =
    [
        ("exit", "exit {0}"),
        ("signal", "kill -$(( {0} % 2 ? 9 : 11 )) $$"),
        ("whole group", "kill -9 0"),
        ("too early", "true"),
        ("no checkpoint", "say '{\"step\":100}'"),
        ("garbage", "head -c {1} /dev/urandom > \"$AUTOSELECT_REPORTS\"; say ''; say '{'; hang"),
        ("no object", "say '[{0}]'; hang"),
        ("no number", "say '{\"step\":1,\"accuracy\":{\"a\":{0}}}'; hang"),
        ("deep", "say '{\"step\":1,\"a\":[[[[[[{0}]]]]]]}'; hang"),
        ("half a character", "say '{\"step\":1,\"\\ud800\":{0}}'; hang"),
        ("negative step", "say '{\"step\":-{0}}'; hang"),
        ("back", "say '{\"step\":60}'; say '{\"step\":5{3}}'; hang"),
        ("beyond", "say '{\"step\":{0}01}'; hang"),
        ("twice", "say '{\"step\":70,\"accuracy\":1}'; say '{\"step\":70,\"accuracy\":2}'; hang"),
        ("not a number", "say '{\"step\":70,\"accuracy\":\"NaN\"}'; hang"),
        ("infinite", "say '{\"step\":70,\"accuracy\":1e999}'; hang"),
        ("other protocol", "say '{\"hello\":1{0}}'; hang"),
        ("long line", "head -c 2{1} /dev/zero | tr '\\0' x > \"$AUTOSELECT_REPORTS\"; say ''; hang"),
        ("silent", "hang"),
        ("deaf", "trap '' TERM INT HUP; hang"),
        ("busy", "while :; do :; done"),
        ("talkative", "while :; do echo \"line {0}\"; done"),
        ("endless line", "cat /dev/zero"),
        ("endless error", "cat /dev/urandom >&2"),
        ("one step for ever", "while :; do say '{\"step\":7{3}}'; done"),
        ("flood", "seq -f '{\"step\":50,\"loss\":%g}' 1000000000 > \"$AUTOSELECT_REPORTS\""),
        ("child", "sleep 1000 & exit {0}"),
        ("children", "for i in $(seq 30); do (sleep 1000 &) ; done; exit {0}"),
        ("multiplies", "bomb() { [ $1 = 0 ] || { bomb $(($1 - 1)) & bomb $(($1 - 1)) & }; exec sleep 1000; }; bomb 7"),
        ("multiplies in sessions",
            "cat > b <<< '[ $1 = 0 ] || { setsid bash $0 $(($1 - 1)) & setsid bash $0 $(($1 - 1)) & }; exec sleep 1000'; bash b 7"),
        ("multiplies its threads",
            "exec python3 -c 'import threading as t; f = t.Event(); [t.Thread(target=f.wait).start() for _ in range(20{3})]'"),
        ("daemon", "setsid bash -c 'trap \"\" TERM; while :; do sleep 1; done' & exit {0}"),
        ("daemon's daemon", "setsid bash -c 'setsid bash -c \"sleep 1000\" & sleep 1000' > /dev/null 2>&1 & hang"),
        ("heir", "setsid bash -c 'sleep 0.2; echo [] > \"$AUTOSELECT_REPORTS\"; sleep 1000' & exit {0}"),
        ("daemon without an environment", "env -i setsid bash -c ': > out; sleep 1000' & until [ -e out ]; do sleep 0.01; done; exit {0}"),
        ("daemon with another title",
            "setsid python3 -c '" + Wiped + "' & until [ -e out ]; do sleep 0.01; done; exit {0}"),
        ("daemon that steals reports",
            "env -i setsid bash -c ': > out; exec cat \"$1\" > /dev/null' - \"$AUTOSELECT_REPORTS\" &"
                + " until [ -e out ]; do sleep 0.01; done; exit {0}"),
        ("stopped", "kill -STOP $$"),
        ("large file", "head -c 900{1} /dev/zero > \"$AUTOSELECT_CHECKPOINTS/x\" || exit 9; hang"),
        ("many files", "while :; do head -c 700{1} /dev/zero > \"f$RANDOM$RANDOM\"; done"),
        ("full of folders", "for i in $(seq 3{0}); do mkdir -p d$i/d/d/d/d; done; hang"),
        ("saves elsewhere", "say '{\"saved\":\"/etc\",\"step\":60}'; hang"),
        ("saves by a detour", "say \"{\\\"saved\\\":\\\"$AUTOSELECT_CHECKPOINTS/../../..\\\",\\\"step\\\":60}\"; hang"),
        ("saves nothing", "mkdir \"$AUTOSELECT_CHECKPOINTS/e\"; saved e; hang"),
        ("saves what is not there", "saved none{0}; hang"),
        ("saves a link", "mkdir \"$AUTOSELECT_CHECKPOINTS/e\"; ln -s /etc/passwd \"$AUTOSELECT_CHECKPOINTS/e/x\"; saved e; hang"),
        ("saves behind a link", "ln -s /etc \"$AUTOSELECT_CHECKPOINTS/e\"; saved e; hang"),
        ("saves a pipe", "mkdir \"$AUTOSELECT_CHECKPOINTS/e\"; mkfifo \"$AUTOSELECT_CHECKPOINTS/e/x\"; saved e; hang"),
        ("saves a path of zeros", "say '{\"saved\":\"\\u0000\",\"step\":60}'; hang"),
        ("writes on",
            "mkdir \"$AUTOSELECT_CHECKPOINTS/e\"; (while :; do echo {0} >> \"$AUTOSELECT_CHECKPOINTS/e/x\"; done) &"
                + " sleep 0.05; saved e; hang"),
        ("removes its pipes", "rm -f \"$AUTOSELECT_REPORTS\" \"$AUTOSELECT_ORDERS\"; hang"),
        ("removes all", "rm -rf \"$AUTOSELECT_CHECKPOINTS\"/.. 2> /dev/null; cd /; exit {0}"),
        ("locks all", "mkdir -p a/b; touch a/b/c; chmod 0 a/b a \"$AUTOSELECT_CHECKPOINTS\"; exit {0}"),
        ("steals reports", "cat \"$AUTOSELECT_REPORTS\" > /dev/null & say '{\"step\":55}'; exit {0}"),
        ("fills its orders", "timeout 1 cat /dev/zero > \"$AUTOSELECT_ORDERS\"; hang"),
        ("writes the end", "printf '\\n\\004\\n' > \"$AUTOSELECT_REPORTS\"; say '{\"step\":4}'; hang"),
    ];

    public static int Kinds => All.Length;

    /// <summary>The misbehaviour of a seed: each kind once in as many seeds as there are kinds.</summary>
    public static (string Name, string Script) Draw(int seed)
    {
        var random = new Random(seed);
        var (name, script) = All[seed % All.Length];
        var numbers = new[] { $"{random.Next(1, 100)}", $"{random.Next(100_000, 1_000_000)}", $"{random.Next()}", $"{random.Next(0, 10)}" };
        for (var i = 0; i < numbers.Length; i++) script = script.Replace($"{{{i}}}", numbers[i], StringComparison.Ordinal);
        var prefix = random.Next(3) switch
        {
            0 => "",
            1 => "say '{\"hello\":1}'\n",
            _ => $"say '{{\"hello\":1}}'; say '{{\"step\":{random.Next(1, 50)},\"accuracy\":0.{random.Next(1000)}}}'\n",
        };
        return (name, Words + prefix + script);
    }

    /// <summary>Writes over its environment, as those do that show what they do in the list of processes.</summary>
    private const string Wiped = """
        import ctypes, os, time
        first = ctypes.cast(ctypes.c_void_p.in_dll(ctypes.CDLL(None), "environ"), ctypes.POINTER(ctypes.c_void_p))[0]
        ctypes.memset(first, 0, sum(len(name) + len(value) + 2 for name, value in os.environb.items()))
        open("out", "w").close(); time.sleep(1000)
        """;

    private const string Words = """
        hang() { while :; do sleep 1; done; }
        saved() { say "{\"saved\":\"$AUTOSELECT_CHECKPOINTS/$1\",\"step\":60}"; }

        """;
}
