namespace Mandate.Development.Orders;

/// <summary>What a step of an order did.</summary>
/// <param name="Operation">What was done.</param>
/// <param name="ActedFor">For whom, as the step itself saw it.</param>
/// <param name="SeenFor">For whom, as the called service saw it.</param>
internal sealed record StepReceipt(string Operation, string ActedFor, string SeenFor);
