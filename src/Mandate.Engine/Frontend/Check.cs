using System.Diagnostics.CodeAnalysis;
using Google.Protobuf;
using Mandate.Engine.History.Commands;
using Mandate.Protocol.Api.Enums.V1;

namespace Mandate.Engine.Frontend;

/// <summary>Checks of what callers send, with errors that name the limit.</summary>
internal static class Check
{
    /// <exception cref="Mandate.Protocol.RpcException">INVALID_ARGUMENT.</exception>
    public static void That([DoesNotReturnIf(false)] bool condition, string message)
    {
        if (!condition)
            throw Errors.InvalidArgument(message);
    }

    /// <summary>An id, type or name that must be there.</summary>
    public static string Name(string? value, string what, EngineLimits limits)
    {
        That(!string.IsNullOrEmpty(value), $"The request has no {what}.");
        Length(value, what, limits);
        return value;
    }

    public static void Length(string value, string what, EngineLimits limits) =>
        That(value.Length <= limits.MaxIdLength, $"The {what} has {value.Length} characters; the limit is {limits.MaxIdLength}.");

    public static void Size(IMessage? value, string what, EngineLimits limits)
    {
        if (value?.CalculateSize() is { } size)
            That(size <= limits.MaxBlobBytes, $"The {what} has {size} bytes; the limit is {limits.MaxBlobBytes}.");
    }

    /// <exception cref="BadCommandException">The workflow task fails.</exception>
    public static void Command(bool condition, WorkflowTaskFailedCause cause, string message)
    {
        if (!condition)
            throw new BadCommandException(cause, message);
    }

    public static void CommandLength(string value, string what, EngineLimits limits, WorkflowTaskFailedCause cause) =>
        Command(value.Length <= limits.MaxIdLength, cause, $"The {what} of a command has {value.Length} characters; the limit is {limits.MaxIdLength}.");

    /// <summary>Nothing of a command is larger than a blob may be.</summary>
    /// <param name="value">The part of the command.</param>
    /// <param name="what">Its name, as Temporal's errors call it.</param>
    /// <param name="limits">The engine's limits.</param>
    /// <param name="cause">What the history says of the failed task.</param>
    /// <exception cref="BadCommandException">The workflow task fails and the run ends.</exception>
    public static void CommandSize(IMessage? value, string what, EngineLimits limits, WorkflowTaskFailedCause cause) =>
        CommandSize(value?.CalculateSize() ?? 0, what, limits.MaxBlobBytes, cause);

    /// <summary>The memo of a command is not larger than a memo may be.</summary>
    /// <exception cref="BadCommandException">The workflow task fails and the run ends.</exception>
    public static void MemoSize(IMessage? memo, string what, EngineLimits limits, WorkflowTaskFailedCause cause) =>
        CommandSize(memo?.CalculateSize() ?? 0, what, limits.MaxMemoBytes, cause);

    /// <exception cref="BadCommandException">The workflow task fails and the run ends.</exception>
    public static void CommandSize(int size, string what, int limit, WorkflowTaskFailedCause cause)
    {
        if (size > limit)
            throw new BadCommandException(cause, $"{what} exceeds size limit. It has {size} bytes; the limit is {limit}.", endsRun: true);
    }
}
