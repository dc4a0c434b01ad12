using System.Collections.Immutable;
using AutoSelect.Contracts;
using AutoSelect.Host.Control.Borrowing;
using AutoSelect.Host.Control.Borrowing.Settings;
using AutoSelect.Providers;

namespace AutoSelect.Host.Tests.Borrowing;

public sealed class BorrowedDeviceCommandTests
{
    private static readonly DeviceClass of = new() { Name = "spare", Kind = DeviceKind.Cuda, Price = 0 };

    private static readonly DevicePlace place = new()
    {
        Executable = "/app/AutoSelect.Device.dll",
        Dotnet = "/usr/bin/dotnet",
        Data = "/data",
        Home = "/home/a",
        Grace = TimeSpan.FromSeconds(2.5),
        Environment = ImmutableSortedDictionary<string, string>.Empty.Add("OMP_NUM_THREADS", "4"),
    };

    [Fact]
    public void The_command_names_servers_the_file_of_the_key_and_what_the_request_is_for()
    {
        var command = BorrowedDeviceCommand.Make(place, [new Uri("https://a:1"), new Uri("https://b:2")], "/shared/key");
        var words = command.For(new DeviceRequest(new BorrowLabel(new ControlId("c1"), "r1"), of, TimeSpan.FromHours(1)));
        Assert.Equal(
        [
            "/usr/bin/dotnet", "/app/AutoSelect.Device.dll", "serve", "--server", "https://a:1/", "--server", "https://b:2/",
            "--token-file", "/shared/key", "--device", "autoselect-c1-r1", "--kind", "cuda", "--index", "0", "--data", "/data",
            "--grace", "2.5",
        ], words);
    }

    [Fact]
    public void What_the_settings_do_not_say_is_as_on_this_machine()
    {
        var words = BorrowedDeviceCommand.Make(new DevicePlace(), [new Uri("http://127.0.0.1:1")], "/shared/key")
            .For(new DeviceRequest(new BorrowLabel(new ControlId("c1"), "r1"), of, TimeSpan.FromHours(1)));
        Assert.True(File.Exists(words[0]), words[0]);
        Assert.True(File.Exists(words[1]), words[1]);
        Assert.DoesNotContain("--grace", words);
    }

    [Fact]
    public void The_environment_is_small_and_the_settings_have_the_last_word()
    {
        var environment = BorrowedDeviceCommand.Environment(place);
        Assert.Equal(("/usr/bin", "/home/a", "/data", "4", "PASSIVE"), (
            environment["DOTNET_ROOT"], environment["HOME"], environment["AUTOSELECT_DATA"], environment["OMP_NUM_THREADS"],
            environment["OMP_WAIT_POLICY"]));
        Assert.DoesNotContain("PATH", environment.Keys);
    }
}
