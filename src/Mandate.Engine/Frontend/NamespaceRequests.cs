using Google.Protobuf.WellKnownTypes;

namespace Mandate.Engine.Frontend;

/// <summary>What registering and updating a namespace check alike.</summary>
internal static class NamespaceRequests
{
    /// <summary>Longest retention: a century, so that adding it to a time cannot overflow.</summary>
    private static readonly TimeSpan LongestRetention = TimeSpan.FromDays(36_500);

    /// <summary>How long closed runs are kept; zero keeps them for good.</summary>
    /// <exception cref="Mandate.Protocol.RpcException">INVALID_ARGUMENT.</exception>
    public static Duration Retention(Duration retention)
    {
        Check.That(
            retention.Seconds >= 0 && retention.Nanos >= 0 && retention.Seconds <= LongestRetention.TotalSeconds,
            $"The retention is {retention.Seconds} s; it is at least 0, which keeps closed workflows for good, and at most {LongestRetention.TotalDays:0} days.");
        return retention;
    }

    public static void Texts(string description, string ownerEmail, IDictionary<string, string> data, EngineLimits limits)
    {
        Check.Length(description, "description", limits);
        Check.Length(ownerEmail, "owner's e-mail address", limits);
        Check.That(data.Count <= 100, $"The namespace has {data.Count} data entries; the limit is 100.");
        foreach (var (key, value) in data)
        {
            Check.Name(key, "key of a data entry", limits);
            Check.Length(value, "value of a data entry", limits);
        }
    }
}
