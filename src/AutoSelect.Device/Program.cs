Console.WriteLine("device");
