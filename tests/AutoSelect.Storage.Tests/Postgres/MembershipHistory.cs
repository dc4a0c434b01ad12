using System.Diagnostics;
using AutoSelect.Storage.Postgres;

namespace AutoSelect.Storage.Tests.Postgres;

/// <summary>
/// What several writers read and wrote in a table of members at once. It is a register with a version: each version is one writer's, who
/// stood on the version before, and whoever reads after a write has returned sees it or a later one.
/// </summary>
internal sealed class MembershipHistory
{
    private readonly List<(int Version, string Name, long Began)> reads = [];
    private readonly List<(int Version, string Name, long Returned)> writes = [];

    /// <summary>Reads the table and changes the silo's name by what was read.</summary>
    public async Task<bool> Change(PostgresMembershipTable table, SiloAddress silo, int writer)
    {
        var began = Stopwatch.GetTimestamp();
        var data = await table.ReadAll();
        var (entry, etag) = data.TryGet(silo)!;
        lock (reads) reads.Add((data.Version.Version, entry.SiloName!, began));
        var next = data.Version.Next();
        entry.SiloName = $"{next.Version} by {writer}";
        if (!await table.UpdateRow(entry, etag, next)) return false;
        lock (writes) writes.Add((next.Version, entry.SiloName, Stopwatch.GetTimestamp()));
        return true;
    }

    public void Check(int first, int last)
    {
        Assert.Equal(Enumerable.Range(first, last - first + 1), writes.Select(w => w.Version).Order());
        var names = writes.ToDictionary(w => w.Version, w => w.Name);
        foreach (var (version, name, began) in reads)
        {
            if (version >= first) Assert.Equal(names[version], name);
            var newest = writes.Where(w => w.Returned < began).Select(w => w.Version).DefaultIfEmpty().Max();
            Assert.True(newest <= version, $"version {version} was read after version {newest} was written");
        }
    }
}
