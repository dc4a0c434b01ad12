using AutoSelect.Contracts;
using AutoSelect.Testing;

namespace AutoSelect.Storage.Tests;

public sealed class OwnerFileTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void What_is_made_is_its_owners_alone_also_where_a_file_of_before_was_open_to_others()
    {
        if (OperatingSystem.IsWindows()) return;
        const UnixFileMode owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        const UnixFileMode everybody = owner | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
        foreach (var name in (string[])["file", "file.new"])
        {
            File.WriteAllText(folder[name], "old");
            File.SetUnixFileMode(folder[name], everybody);
        }
        OwnerFile.Replace(folder["file"], s => s.Write("new"u8));
        Assert.Equal(("new", owner), (File.ReadAllText(folder["file"]), File.GetUnixFileMode(folder["file"])));
        Assert.False(File.Exists(folder["file.new"]));
        using (var appended = OwnerFile.Open(folder["log"], FileMode.Append)) appended.Write("a"u8);
        Assert.Equal(owner, File.GetUnixFileMode(folder["log"]));
        OwnerFile.MakeFolder(folder["secrets"]);
        Assert.Equal(owner | UnixFileMode.UserExecute, File.GetUnixFileMode(folder["secrets"]));
    }

    [Fact]
    public void A_file_that_is_not_written_to_its_end_leaves_the_one_before()
    {
        File.WriteAllText(folder["file"], "old");
        Assert.Throws<InvalidOperationException>(() => OwnerFile.Replace(folder["file"], _ => throw new InvalidOperationException()));
        Assert.Equal("old", File.ReadAllText(folder["file"]));
    }
}
