using AutoSelect.Selection.History;
using AutoSelect.Selection.Replay;
using AutoSelect.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace AutoSelect.Grains.Tests;

public sealed class HistoryShelfTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly Histories histories;
    private readonly HistoryShelf shelf;

    public HistoryShelfTests()
    {
        histories = new Histories(folder.Path);
        shelf = new HistoryShelf(histories, NullLogger<HistoryShelf>.Instance);
    }

    [Fact]
    public void Jobs_that_learn_from_the_same_share_one_history_also_when_the_file_is_gone()
    {
        var hash = Put("a");
        var first = shelf.Get(hash);
        File.Delete(folder[hash + ".jsonl.gz"]);
        // Nothing but the shelf need hold it.
        GC.Collect();
        Assert.NotNull(first);
        Assert.Same(first, shelf.Get(hash));
    }

    [Fact]
    public void Several_recordings_are_one_history_whose_parts_are_read_once()
    {
        var (prior, one, other) = (Put("prior"), Put("one"), Put("other"));
        var joined = shelf.Get(Histories.Join([one, prior]))!;
        File.Delete(folder[prior + ".jsonl.gz"]);
        Assert.Equal(["one", "prior"], joined.All.Select(c => c.Candidate));
        Assert.Equal(["other", "prior"], shelf.Get(Histories.Join([other, prior]))!.All.Select(c => c.Candidate));
        Assert.Same(joined, shelf.Get(Histories.Join([one, prior])));
    }

    [Fact]
    public void A_part_that_cannot_be_read_makes_it_none() =>
        Assert.Null(shelf.Get(Histories.Join([Put("one"), new string('a', 64)])));

    public void Dispose() => folder.Dispose();

    private string Put(string candidate) =>
        histories.Put(RecordedCurves.Pack([new RecordedCurve { Candidate = candidate, Steps = [1, 2], Values = [2, 1] }]));
}
