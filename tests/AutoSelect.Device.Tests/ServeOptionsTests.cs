namespace AutoSelect.Device.Tests;

public sealed class ServeOptionsTests
{
    private static readonly string[] Required =
        ["--server-file", "/store/api.json", "--device", "cpu-0", "--kind", "cpu", "--index", "0", "--data", "/data"];

    [Fact]
    public void How_the_process_ends_is_left_to_the_control_side_where_nothing_is_said()
    {
        var options = ServeOptions.Parse(Required);

        Assert.Equal((null, null, null), (options.Grace, options.Parent, options.RegisteredFile));
        Assert.True(options.Allowed.AllowsAll);
        Assert.Equal("/srv/a, /srv/b", ServeOptions.Parse([.. Required, "--allow", "/srv/a", "--allow", "/srv/b/"]).Allowed.ToString());
        var refused = Assert.Throws<ArgumentException>(() => ServeOptions.Parse([.. Required, "--allow", "srv"]));
        Assert.Contains("--allow 'srv'", refused.Message);
    }

    [Fact]
    public void The_fleet_says_who_it_is_and_how_long_it_may_be_away()
    {
        var options = ServeOptions.Parse([.. Required, "--grace", "2.5", "--parent", "17", "--registered-file", "/logs/up"]);

        Assert.Equal((TimeSpan.FromSeconds(2.5), 17, "/logs/up"), (options.Grace, options.Parent, options.RegisteredFile));
    }

    [Fact]
    public void Servers_come_in_the_order_given_with_the_key_of_a_file_that_is_its_owners_alone()
    {
        using var folder = new Testing.TemporaryFolder();
        var file = folder["key"];
        File.WriteAllText(file, "autoselect_00\n");
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        string[] given =
            ["--server", "https://a.example:8443", "--server", "http://127.0.0.1:80", "--token-file", file, .. Required.Skip(2)];
        Assert.Equal(["https://a.example:8443/", "http://127.0.0.1/"], ServeOptions.Parse(given).Servers.Select(s => s.ToString()));

        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead);
        Assert.Contains("open to others", Assert.Throws<ArgumentException>(() => ServeOptions.Parse(given)).Message);
    }

    [Theory]
    [InlineData("--server", "http://a.example", "it must be https")]
    [InlineData("--server", "a.example", "must be an address such as https://host:8443")]
    [InlineData("--server", "https://a.example", "Either --server, once or more often, or --server-file")]
    public void A_server_that_cannot_be_is_refused_with_the_rule(string name, string value, string rule)
    {
        using var folder = new Testing.TemporaryFolder();
        File.WriteAllText(folder["key"], "autoselect_00\n");
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(folder["key"], UnixFileMode.UserRead | UnixFileMode.UserWrite);
        Assert.Contains(rule, Assert.Throws<ArgumentException>(
            () => ServeOptions.Parse([.. Required, name, value, "--token-file", folder["key"]])).Message);
    }

    [Fact]
    public void Without_a_word_of_where_the_control_side_is_there_is_nothing_to_do()
    {
        Assert.Contains("Either --server", Assert.Throws<ArgumentException>(() => ServeOptions.Parse([.. Required.Skip(2)])).Message);
        Assert.Contains("There is no key", Assert.Throws<ArgumentException>(
            () => ServeOptions.Parse(["--server", "https://a.example", .. Required.Skip(2)])).Message);
    }

    [Theory]
    [InlineData("--grace", "0", "--grace '0' must be a number of seconds above 0")]
    [InlineData("--grace", "NaN", "--grace 'NaN' must be a number of seconds above 0")]
    [InlineData("--parent", "-1", "--parent '-1' must be a process id")]
    [InlineData("--patience", "1", "--patience is not an option")]
    public void What_is_none_is_refused_with_the_value_and_the_rule(string name, string value, string rule) =>
        Assert.Contains(rule, Assert.Throws<ArgumentException>(() => ServeOptions.Parse([.. Required, name, value])).Message);
}
