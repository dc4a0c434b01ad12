using AutoSelect.Checkpoints;
using AutoSelect.Jobs.Sharing;
using AutoSelect.Selection.Policies;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Orleans.Configuration;

namespace AutoSelect.Grains;

/// <summary>
/// What the grains of a silo need besides the store, the clock, the lease options, the histories and the list of supervised jobs; and
/// <see cref="DeviceLending"/> where devices are borrowed.
/// </summary>
public static class GrainServices
{
    /// <summary>
    /// How often a call is passed on before it is refused: Orleans' most; its default is 2. An activation that gives itself up passes all
    /// that wait for it to the next one, which may do the same for the first of them: with n calls to a job at rest, the last is passed on
    /// n times.
    /// </summary>
    private const int MostForwards = 255;

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
            .Configure<SiloMessagingOptions>(m => m.MaxForwardCount = MostForwards)
            .AddHostedService<LeaseWatch>()
            .AddHostedService<JobSupervisor>();
    }
}
