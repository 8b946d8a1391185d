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

    public static void CommandSize(IMessage? value, string what, EngineLimits limits, WorkflowTaskFailedCause cause)
    {
        if (value?.CalculateSize() is { } size)
            Command(size <= limits.MaxBlobBytes, cause, $"The {what} has {size} bytes; the limit is {limits.MaxBlobBytes}.");
    }
}
