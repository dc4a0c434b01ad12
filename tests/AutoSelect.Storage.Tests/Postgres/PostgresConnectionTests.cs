using AutoSelect.Storage.Postgres;

namespace AutoSelect.Storage.Tests.Postgres;

public sealed class PostgresConnectionTests
{
    private const string Secret = "hunter2";

    [Theory]
    [InlineData("Host=h;Password=hunter2;Bogus=1", "\"bogus\"")]
    [InlineData("Host=h;Password=hunter2;Port=hunter2", "\"port\"")]
    [InlineData("Password=hunter2", "no host")]
    [InlineData("postgres://me:hunter2@db/autoselect", "pairs of name and value")]
    [InlineData("Host=h;Password='hunter2", "pairs of name and value")]
    [InlineData("", "no host")]
    public async Task What_is_wrong_with_a_connection_string_is_said_without_its_password(string text, string what)
    {
        var error = await Assert.ThrowsAsync<ArgumentException>(() => PostgresJobs.Open(text));
        Assert.Contains(what, error.Message);
        Assert.DoesNotContain(Secret, error.ToString());
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_named_without_user_and_password()
    {
        var error = await Assert.ThrowsAsync<StoreUnavailableException>(
            () => PostgresJobs.Open("Host=127.0.0.1;Port=1;Database=jobs;Username=somebody;Password=hunter2"));
        Assert.Contains("PostgreSQL 127.0.0.1:1/jobs", error.Message);
        Assert.Contains("cannot be reached", error.Message);
        Assert.DoesNotContain(Secret, error.ToString());
        Assert.DoesNotContain("somebody", error.ToString());
    }

    [Fact]
    public void Settings_of_the_user_go_before_defaults_but_details_of_errors_stay_off()
    {
        var text = PostgresConnection.Parse("Server=h;Maximum Pool Size=7;Include Error Detail=true");
        Assert.Equal(("h", 7, 5, false), (text.Host, text.MaxPoolSize, text.Timeout, text.IncludeErrorDetail));
        Assert.Equal(20, PostgresConnection.Parse("Host=h").MaxPoolSize);
    }

    [Theory]
    [InlineData("Host=h", "autoselect (layout ")]
    [InlineData("Host=h;Application Name=mine", "mine (layout ")]
    [InlineData("Host=h;Application Name=0123456789012345678901234567890123456789012345678901234567890123456789", "56789 (layout ")]
    public void Connections_tell_the_layout_that_their_program_knows(string text, string name)
    {
        var told = PostgresConnection.Parse(text).ApplicationName!;
        Assert.EndsWith($"{name}{PostgresMigrations.Version})", told, StringComparison.Ordinal);
        Assert.True(told.Length < 64);
    }
}
