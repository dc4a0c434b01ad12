namespace AutoSelect.Communication.Tests;

public sealed class ProcessorCachesTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("autoselect-caches").FullName;

    [Theory]
    [InlineData("0-1", "0", "0-1", true)]
    [InlineData("0-3", "0", "0-1", false)] // two dies
    [InlineData("0", "0", "0", true)]
    public void A_cache_of_all_running_processors_is_shared(string online, string second, string third, bool shared)
    {
        File.WriteAllText(Path.Combine(folder, "online"), online + "\n");
        foreach (var (index, list) in new[] { ("index2", second), ("index3", third) })
        {
            var cache = Directory.CreateDirectory(Path.Combine(folder, "cpu0", "cache", index)).FullName;
            File.WriteAllText(Path.Combine(cache, "shared_cpu_list"), list + "\n");
        }
        Assert.Equal(shared, ProcessorCaches.AllShareOne(folder));
    }

    [Fact]
    public void Where_the_system_says_nothing_none_is() => Assert.False(ProcessorCaches.AllShareOne(Path.Combine(folder, "nothing")));

    public void Dispose() => Directory.Delete(folder, recursive: true);
}
