using AutoSelect.Contracts;
using AutoSelect.Planning.Inspections;

namespace AutoSelect.Host.Inspections;

/// <summary>What answers of device processes, and of silos that have asked theirs, mean.</summary>
internal static class InspectionReplies
{
    /// <returns>What was found; null where the reply tells neither that nor of an error.</returns>
    /// <exception cref="WorkloadRefusedException">The job's fault.</exception>
    /// <exception cref="InspectionFailedException">Nobody's fault who wrote the job.</exception>
    public static Inspection? Found(InspectionReply reply)
    {
        if (reply.Error is { } error)
            throw reply.IsInputError ? new WorkloadRefusedException(error, reply.Option, reply.Workload)
                : new InspectionFailedException(error);
        return reply.Catalogue is { } catalogue ? new Inspection(catalogue, reply.Workload, reply.Links) { Files = reply.Files } : null;
    }
}
