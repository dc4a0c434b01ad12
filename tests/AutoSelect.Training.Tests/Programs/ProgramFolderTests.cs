using System.Runtime.Versioning;
using AutoSelect.Testing.Processes;
using AutoSelect.Training.Programs;

namespace AutoSelect.Training.Tests.Programs;

[UnsupportedOSPlatform("windows")]
public sealed class ProgramFolderTests : IDisposable
{
    private const UnixFileMode None = 0, All = (UnixFileMode)511;

    private readonly string folder = Directory.CreateTempSubdirectory("folders").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData("", UnixFileMode.UserRead | UnixFileMode.UserExecute)]
    [InlineData("", None)]
    [InlineData("a", None)]
    [InlineData("a/b", None)]
    public void One_that_nobody_may_write_to_is_removed(string locked, UnixFileMode mode)
    {
        File.SetUnixFileMode(folder, All);
        var filled = Path.Combine(folder, "filled");
        OrdinaryAccount.Run(() =>
        {
            Directory.CreateDirectory(Path.Combine(filled, "a", "b"));
            File.WriteAllText(Path.Combine(filled, "a", "b", "c"), "");
            File.SetUnixFileMode(Path.Combine(filled, locked), mode);
            ProgramFolder.Remove(filled);
        });
        Assert.False(Directory.Exists(filled));
    }

    [Fact]
    public void What_links_in_it_lead_to_stays_as_it_is()
    {
        File.SetUnixFileMode(folder, All);
        var (filled, other) = (Path.Combine(folder, "filled"), Path.Combine(folder, "other"));
        OrdinaryAccount.Run(() =>
        {
            Directory.CreateDirectory(Path.Combine(other, "kept"));
            Directory.CreateDirectory(filled);
            Directory.CreateSymbolicLink(Path.Combine(filled, "link"), other);
            File.SetUnixFileMode(other, None);
            File.SetUnixFileMode(filled, None);
            ProgramFolder.Remove(filled);
        });
        Assert.False(Directory.Exists(filled));
        Assert.Equal(None, File.GetUnixFileMode(other));
        File.SetUnixFileMode(other, All);
        Assert.True(Directory.Exists(Path.Combine(other, "kept")));
    }

    [Theory]
    [InlineData(64, "")]
    [InlineData(65, "has more than 64 folders within each other")]
    public void A_checkpoint_is_kept_with_all_its_folders_or_not_at_all(int depth, string fault)
    {
        var path = Directory.CreateDirectory(Path.Combine([folder, .. Enumerable.Repeat("d", depth)])).FullName;
        File.WriteAllText(Path.Combine(path, "file"), "");
        if (fault.Length == 0) Assert.Single(ProgramFolder.Files(folder, isAnswer: false));
        else Assert.Contains(fault, Assert.Throws<ProtocolBrokenException>(() => ProgramFolder.Files(folder, isAnswer: false)).Message);
    }

    [Fact]
    public void A_checkpoint_of_many_folders_is_refused()
    {
        File.WriteAllText(Path.Combine(folder, "file"), "");
        for (var i = 0; i < 2 * ProgramFolder.MostFiles; i++) Directory.CreateDirectory(Path.Combine(folder, $"{i}"));
        var refused = Assert.Throws<ProtocolBrokenException>(() => ProgramFolder.Files(folder, isAnswer: false));
        Assert.Contains("has more than 20000 files and folders", refused.Message);
    }

    [Fact]
    public void What_a_program_locks_does_not_escape_the_count_of_what_it_writes()
    {
        File.SetUnixFileMode(folder, All);
        OrdinaryAccount.Run(() =>
        {
            using var workspace = new ProgramWorkspace(new ProgramPlace(Path.Combine(folder, "local")));
            var deep = Directory.CreateDirectory(Path.Combine(workspace.Work, "a", "b")).FullName;
            File.WriteAllText(Path.Combine(deep, "c"), "abc");
            Assert.Equal(3, workspace.Bytes());
            File.SetUnixFileMode(deep, None);
            Assert.Contains("cannot be looked into", Assert.Throws<ProtocolBrokenException>(() => workspace.Bytes()).Message);
        });
    }

    [Fact]
    public void What_a_piece_could_not_remove_is_in_nobodys_way()
    {
        var place = new ProgramPlace(folder);
        using var left = new ProgramWorkspace(place);
        File.WriteAllText(Path.Combine(left.Work, "left"), "");
        using var next = new ProgramWorkspace(place);
        Assert.Empty(Directory.GetFileSystemEntries(next.Work));
        Assert.True(File.Exists(Path.Combine(left.Work, "left")));
    }
}
