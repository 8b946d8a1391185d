namespace Mandate.Protocol.Tests.Grpc.Hostile;

/// <summary>One HTTP/2 frame as it came.</summary>
internal sealed record RawFrame(byte Type, byte Flags, int Stream, byte[] Payload)
{
    internal bool EndsStream(int stream) =>
        Stream == stream && (Type == RawConnection.ResetStream || ((Flags & RawConnection.EndStream) != 0 && Type is RawConnection.Data or RawConnection.Headers));
}
