using AutoSelect.Checkpoints;
using AutoSelect.Jobs.Sharing;
using AutoSelect.Selection.Policies;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace AutoSelect.Grains;

/// <summary>
/// What the grains of a silo need besides the store, the clock, the lease options, the histories and the list of supervised jobs; and
/// <see cref="DeviceLending"/> where devices are borrowed.
/// </summary>
public static class GrainServices
{
    public static IServiceCollection AddJobGrains(this IServiceCollection services)
    {
        services.TryAddSingleton<DeviceLending>();
        return services
            .AddSingleton<CheckpointStores>()
            .AddSingleton<CheckpointFiles>()
            .AddSingleton<AutoSelectTelemetry>()
            .AddSingleton(new SharingOptions())
            .AddSingleton<PolicySource>(PolicyCatalogue.Get)
            .AddSingleton<HeldJobs>()
            .AddSingleton<JobGrainParts>()
            .AddHostedService<LeaseWatch>()
            .AddHostedService<JobSupervisor>();
    }
}
