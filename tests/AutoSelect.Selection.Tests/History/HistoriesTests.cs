using AutoSelect.Selection.History;
using AutoSelect.Selection.Replay;
using AutoSelect.Testing;

namespace AutoSelect.Selection.Tests;

public sealed class HistoriesTests
{
    private static readonly byte[] Recording = RecordedCurves.Pack([
        new RecordedCurve { Candidate = "a", Steps = [1, 2], Values = [.5, .25] }]);

    [Fact]
    public void A_recording_is_kept_once_under_its_hash()
    {
        using var folder = new TemporaryFolder();
        var histories = new Histories(folder["histories"]);
        var hash = histories.Put(Recording);
        Assert.Equal(hash, histories.Put(Recording));
        Assert.Equal([hash + ".jsonl.gz"], Directory.GetFiles(folder["histories"]).Select(Path.GetFileName));
        Assert.Equal(Recording, histories.Open(hash));
        Assert.Equal("a", Assert.Single(histories.Read(hash).Curves).Candidate);
    }

    [Fact]
    public void A_recording_that_was_changed_is_refused_and_put_anew()
    {
        using var folder = new TemporaryFolder();
        var histories = new Histories(folder.Path);
        var hash = histories.Put(Recording);
        File.WriteAllText(folder[hash + ".jsonl.gz"], "other");
        Assert.Contains(hash + ".jsonl.gz has the SHA-256", Assert.Throws<InvalidDataException>(() => histories.Open(hash)).Message);
        histories.Put(Recording);
        Assert.Equal(Recording, histories.Open(hash));
    }

    [Theory]
    [InlineData("")]
    [InlineData("../../etc/passwd")]
    [InlineData("E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855")]
    public void Only_the_hex_of_a_hash_is_looked_for(string hash)
    {
        using var folder = new TemporaryFolder();
        Assert.Throws<ArgumentException>(() => new Histories(folder.Path).Open(hash));
    }

    [Fact]
    public void A_recording_that_is_not_there_is_a_missing_file()
    {
        using var folder = new TemporaryFolder();
        Assert.Throws<FileNotFoundException>(() => new Histories(folder.Path).Open(Histories.Sha256(Recording)));
    }
}
