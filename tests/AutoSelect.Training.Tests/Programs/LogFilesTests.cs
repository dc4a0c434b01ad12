using System.Text;
using AutoSelect.Training.Programs;

namespace AutoSelect.Training.Tests.Programs;

public sealed class LogFilesTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("logs").FullName;
    private readonly SlowClock time = new();
    private readonly StringBuilder taken = new();

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void A_file_that_has_gone_is_none_and_the_others_are_read_on()
    {
        var files = new LogFiles("*.log", time);
        File.WriteAllText(Path.Combine(folder, "a.log"), "1");
        File.WriteAllText(Path.Combine(folder, "b.log"), "2");
        Assert.Equal("12", Follow(files));
        File.Delete(Path.Combine(folder, "a.log"));
        File.AppendAllText(Path.Combine(folder, "b.log"), "3");
        Assert.Equal("3", Follow(files));
    }

    [Fact]
    public void What_is_no_file_is_passed_over()
    {
        var files = new LogFiles("*.log", time);
        File.CreateSymbolicLink(Path.Combine(folder, "a.log"), "/etc/passwd");
        File.WriteAllText(Path.Combine(folder, "b.log"), "2");
        Assert.Equal("2", Follow(files));
        File.Delete(Path.Combine(folder, "b.log"));
        File.CreateSymbolicLink(Path.Combine(folder, "b.log"), "/etc/passwd");
        Assert.Equal("", Follow(files));
    }

    [Fact]
    public void Looking_for_files_takes_a_fiftieth_of_the_time()
    {
        var files = new LogFiles("*.log", time);
        Assert.Equal("", Follow(files));
        File.WriteAllText(Path.Combine(folder, "a.log"), "1");
        time.Pass(40);
        Assert.Equal("", Follow(files));
        time.Pass(10);
        Assert.Equal("1", Follow(files));
        File.WriteAllText(Path.Combine(folder, "b.log"), "2");
        Assert.Equal("2", Follow(files, isLast: true));
    }

    private string Follow(LogFiles files, bool isLast = false)
    {
        taken.Clear();
        files.Follow(folder, isLast, (_, bytes) =>
        {
            taken.Append(Encoding.ASCII.GetString(bytes.Span));
            return bytes.Length;
        });
        return taken.ToString();
    }

    /// <summary>Each look takes a second, so that a search takes one too, and there is none in the fifty that follow.</summary>
    private sealed class SlowClock : TimeProvider
    {
        private long seconds;

        public override long TimestampFrequency => 1;

        public override long GetTimestamp() => seconds++;

        public void Pass(long more) => seconds += more;
    }
}
