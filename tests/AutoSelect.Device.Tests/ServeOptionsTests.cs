namespace AutoSelect.Device.Tests;

public sealed class ServeOptionsTests
{
    private static readonly string[] Required =
        ["--control", "127.0.0.1:30000", "--device", "cpu-0", "--kind", "cpu", "--index", "0", "--data", "/data"];

    [Fact]
    public void How_the_process_ends_is_left_to_the_control_side_where_nothing_is_said()
    {
        var options = ServeOptions.Parse(Required);

        Assert.Equal((null, null, null), (options.Grace, options.Parent, options.RegisteredFile));
    }

    [Fact]
    public void The_fleet_says_who_it_is_and_how_long_it_may_be_away()
    {
        var options = ServeOptions.Parse([.. Required, "--grace", "2.5", "--parent", "17", "--registered-file", "/logs/up"]);

        Assert.Equal((TimeSpan.FromSeconds(2.5), 17, "/logs/up"), (options.Grace, options.Parent, options.RegisteredFile));
    }

    [Theory]
    [InlineData("--grace", "0", "--grace '0' must be a number of seconds above 0")]
    [InlineData("--grace", "NaN", "--grace 'NaN' must be a number of seconds above 0")]
    [InlineData("--parent", "-1", "--parent '-1' must be a process id")]
    [InlineData("--patience", "1", "--patience is not an option")]
    public void What_is_none_is_refused_with_the_value_and_the_rule(string name, string value, string rule) =>
        Assert.Contains(rule, Assert.Throws<ArgumentException>(() => ServeOptions.Parse([.. Required, name, value])).Message);
}
