using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using AutoSelect.Contracts;

namespace AutoSelect.Host.Commands;

/// <summary><c>autoselect projects list|limit</c>: of a server, or of the process that has the store open.</summary>
internal static class ProjectsCommand
{
    public static Command Create(CommandTree tree) =>
        new("projects", "Shows and sets what projects and the users in them may use.") { List(tree), Limit(tree) };

    private static Command List(CommandTree tree) => tree.Bind(
        new Command("list", "Lists projects with their users: what they use, and of how much."), async (_, input) =>
        {
            using var client = await SubmitCommand.Connect(input);
            var projects = await client.ListProjects();
            var output = tree.Surroundings.Terminal.Output;
            if (input.Json) output.WriteLine(JsonSerializer.Serialize(projects, RecordJson.Indented));
            else
                TextTable.Write(output, ["project", "user", "weight", "running", "waiting", "devices", "device-hours"],
                    projects.SelectMany(p => p.Users.Select(u => Row(p.Limits.Project, u.User, p.Limits.Of(u.User), u.Use))
                        .Prepend(Row(p.Limits.Project, "", p.Limits.Whole, p.Use))));
            return ExitCodes.ObjectiveMet;
        });

    private static Command Limit(CommandTree tree)
    {
        var project = new Argument<string>("PROJECT") { Description = "Its name." };
        var user = new Option<string?>("--user") { Description = "Limits of one user in it.", HelpName = "NAME" };
        var eachUser = new Option<bool>("--each-user") { Description = "Limits of each user in it that has none of their own." };
        var running = Number("--running", "Most jobs that run at once; more wait.");
        var waiting = Number("--waiting", "Most jobs that wait; more are refused.");
        var devices = Number("--devices", "Most devices at once.");
        var hours = Number("--device-hours", "Device-hours in the period that ends now.");
        var period = Number("--period-hours", "Hours of that period.");
        var weight = Number("--weight", "Its part of the devices where there are not enough, in proportion to the others'.");
        var limit = new Command("limit", "Sets limits; those that are not given stay as they are.")
        {
            project, user, eachUser, running, waiting, devices, hours, period, weight,
        };
        return tree.Bind(limit, async (parsed, input) =>
        {
            using var client = await SubmitCommand.Connect(input);
            var (name, one, isEach) = (parsed.GetValue(project)!, parsed.GetValue(user), parsed.GetValue(eachUser));
            if (one is not null && isEach) throw new CommandFault(ExitCodes.BadInput, "--user and --each-user: give one of them.");
            var known = (await client.DescribeProject(name)).Limits;
            var before = one is not null ? known.Of(one) : isEach ? known.EachUser : known.Whole;
            var limits = before with
            {
                RunningJobs = Read(parsed, running, before.RunningJobs),
                WaitingJobs = Read(parsed, waiting, before.WaitingJobs),
                Devices = Read(parsed, devices, before.Devices),
                DeviceHours = Read(parsed, hours, before.DeviceHours),
                PeriodHours = Read(parsed, period, before.PeriodHours) ?? new UseLimits().PeriodHours,
                Weight = Read(parsed, weight, before.Weight) ?? new UseLimits().Weight,
            };
            var standing = await client.LimitProject(name, one is not null ? new() { Users = known.Users.SetItem(one, limits) }
                : isEach ? new() { EachUser = limits } : new() { Whole = limits });
            var output = tree.Surroundings.Terminal.Output;
            output.WriteLine(input.Json ? JsonSerializer.Serialize(standing, RecordJson.Indented)
                : $"{(one is not null ? $"User {one} in project {name}" : isEach ? $"Each user in project {name}" : $"Project {name}")}: "
                    + $"{Text(limits.RunningJobs)} jobs running, {Text(limits.WaitingJobs)} waiting ones, {Text(limits.Devices)} devices, "
                    + $"{Text(limits.DeviceHours)} device-hours in {Wording.Number(limits.PeriodHours)} h, "
                    + $"weight {Wording.Number(limits.Weight)}.");
            return ExitCodes.ObjectiveMet;
        });
    }

    private static Option<string?> Number(string name, string description) =>
        new(name) { Description = $"{description} \"none\" takes the limit away.", HelpName = "N" };

    private static int? Read(ParseResult parsed, Option<string?> option, int? before) => parsed.GetValue(option) switch
    {
        null => before,
        "none" => null,
        var text when int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) => number,
        var text => throw new CommandFault(ExitCodes.BadInput, $"{option.Name} is '{text}': it must be a whole number or none."),
    };

    private static double? Read(ParseResult parsed, Option<string?> option, double? before) => parsed.GetValue(option) switch
    {
        null => before,
        "none" => null,
        var text when double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) => number,
        var text => throw new CommandFault(ExitCodes.BadInput, $"{option.Name} is '{text}': it must be a number or none."),
    };

    private static string[] Row(string project, string user, UseLimits limits, AccountUse use) =>
    [
        project, user, Wording.Number(limits.Weight), Of(use.RunningJobs, limits.RunningJobs), Of(use.WaitingJobs, limits.WaitingJobs),
        Of(use.Devices, limits.Devices), Of(Math.Round(use.DeviceHours, 2), limits.DeviceHours),
    ];

    private static string Of(double used, double? most) =>
        most is { } limit ? $"{Wording.Number(used)} of {Wording.Number(limit)}" : Wording.Number(used);

    private static string Text(double? limit) => limit is { } number ? $"at most {Wording.Number(number)}" : "any number of";
}
