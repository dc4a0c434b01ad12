using AutoSelect.Host.Control;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Configuration;

namespace AutoSelect.Host.Inspections;

/// <summary>Says of a silo whether it looks at workloads for others.</summary>
internal static class InspectionSilo
{
    public static void Add(ISiloBuilder silo, bool hasDeviceProgram)
    {
        if (hasDeviceProgram) silo.Services.AddSingleton(ControlComposition.Catalogue);
        // So that it is never activated where nothing can be looked at.
        else silo.Services.PostConfigure<GrainTypeOptions>(types => types.Classes.Remove(typeof(InspectionGrain)));
    }
}
