using System.Diagnostics;

namespace AutoSelect.Storage.Tests;

/// <summary>
/// What several callers did to one device at once, and the question whether there is an order in which a single caller could have done it:
/// one that keeps every call after those that had returned before it began (Herlihy and Wing 1990, by exhaustive search).
/// </summary>
internal sealed class LeaseHistory
{
    private readonly List<Call> calls = [];

    /// <param name="Token">The token named; 0 where a lease is asked for.</param>
    /// <param name="Result">The token got; 0 for none. 1 and 0 for true and false.</param>
    private sealed record Call(string Kind, long Token, long Result, long Began, long Returned)
    {
        public override string ToString() => $"{Kind}({Token}) = {Result} [{Began}, {Returned}]";
    }

    public async Task<long> Add(string kind, long token, Func<Task<long>> call)
    {
        var began = Stopwatch.GetTimestamp();
        var result = await call();
        var done = new Call(kind, token, result, began, Stopwatch.GetTimestamp());
        lock (calls) calls.Add(done);
        return result;
    }

    public bool IsLinearizable() => Search(0, 0, []);

    public override string ToString() => string.Join('\n', calls.OrderBy(c => c.Began));

    /// <param name="done">Bits of the calls that are in order already.</param>
    /// <param name="held">Token in force; 0 for none.</param>
    private bool Search(int done, long held, HashSet<(int, long)> failed)
    {
        if (done == (1 << calls.Count) - 1) return true;
        if (failed.Contains((done, held))) return false;
        var left = Enumerable.Range(0, calls.Count).Where(i => (done & (1 << i)) == 0).ToList();
        var firstReturn = left.Min(i => calls[i].Returned);
        foreach (var i in left.Where(i => calls[i].Began <= firstReturn))
        {
            if (After(calls[i], held) is { } next && Search(done | (1 << i), next, failed)) return true;
        }
        failed.Add((done, held));
        return false;
    }

    /// <summary>The token in force after the call; null where the call cannot have had its result.</summary>
    private static long? After(Call call, long held) => (call.Kind, call.Result) switch
    {
        ("grant", > 0) => held == 0 ? call.Result : null,
        ("grant", _) => held != 0 ? held : null,
        ("renew", > 0) => held == call.Token && call.Result > call.Token ? call.Result : null,
        ("end", 1) => held == call.Token ? 0 : null,
        _ => held != call.Token ? held : null,
    };
}
