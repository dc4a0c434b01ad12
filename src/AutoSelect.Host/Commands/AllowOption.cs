using System.CommandLine;
using AutoSelect.Contracts;

namespace AutoSelect.Host.Commands;

/// <summary>The <c>--allow</c> option: which files of the machine jobs may name.</summary>
internal static class AllowOption
{
    public static Option<string[]> Create(string description) => new("--allow") { Description = description, HelpName = "PLACE" };

    /// <returns>Null where it is not given.</returns>
    public static AllowedPlaces? Read(string[]? places)
    {
        if (places is null or []) return null;
        try
        {
            return AllowedPlaces.Parse(places);
        }
        catch (ArgumentException e)
        {
            throw new CommandFault(ExitCodes.BadInput, $"--allow is {e.Message}");
        }
    }
}
