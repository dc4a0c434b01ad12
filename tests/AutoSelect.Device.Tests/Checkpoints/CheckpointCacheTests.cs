using AutoSelect.Contracts;
using AutoSelect.Device.Checkpoints;
using AutoSelect.Testing;

namespace AutoSelect.Device.Tests.Checkpoints;

public sealed class CheckpointCacheTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Only_the_files_of_one_trial_are_kept_and_none_after_the_process()
    {
        using (var cache = new CheckpointCache(folder.Path))
        {
            var first = cache.Folder(new JobId("a-1"), TrialId.At(0));
            File.WriteAllText(Path.Combine(first, "1.safetensors"), "");
            Assert.Equal(first, cache.Folder(new JobId("a-1"), TrialId.At(0)));
            Assert.True(File.Exists(Path.Combine(first, "1.safetensors")));
            Assert.NotEqual(first, cache.Folder(new JobId("a-1"), TrialId.At(1)));
            Assert.False(Directory.Exists(first));
        }
        Assert.Empty(Directory.EnumerateDirectories(folder.Path));
    }

    [Theory]
    [InlineData("")]
    [InlineData("link")]
    public void What_a_killed_process_left_is_removed_and_what_one_that_lives_has_is_not(string link)
    {
        var parent = link.Length == 0 ? folder.Path : Directory.CreateSymbolicLink(folder[link], folder.Path).FullName;
        var left = LeftBehind.MakeFolder(folder.Path);
        using var stray = LeftBehind.StartProgram(left);
        using var one = new CheckpointCache(parent);
        Assert.True(stray.WaitForExit(TimeSpan.FromSeconds(60)));
        var own = one.Folder(new JobId("a-1"), TrialId.At(0));
        using var other = new CheckpointCache(parent);
        Assert.False(Directory.Exists(left));
        Assert.True(Directory.Exists(own));
    }
}
